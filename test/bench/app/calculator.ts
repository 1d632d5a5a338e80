import { fileURLToPath } from 'node:url';
import { Controller, Module, type Type } from '@nestjs/common';
import {
  type ClientGrpc,
  type ClientProxy,
  ClientsModule,
  type GrpcOptions,
  GrpcMethod,
  MessagePattern,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, type Observable } from 'rxjs';
import type { Telemetry } from './modules.js';
import type { MessageTransport } from './protocol.js';

const CLIENT = Symbol('calculator');
const PATTERN = 'sum';
const NUMBERS = [1, 2, 3];

interface Numbers {
  readonly numbers: readonly number[];
}

interface Total {
  readonly total: number;
}

interface Calculator {
  sum(request: Numbers): Observable<Total>;
}

type Address =
  | { readonly transport: Transport.TCP; readonly options: { readonly host: string; readonly port: number } }
  | GrpcOptions;

/** Where the calculator listens and is asked, the same for both sides. */
export function addressOf(transport: MessageTransport, port: number): Address {
  const host = '127.0.0.1';
  if (transport === 'tcp') return { transport: Transport.TCP, options: { host, port } };
  const protoPath = fileURLToPath(new URL('../calculator.proto', import.meta.url));
  return { transport: Transport.GRPC, options: { package: 'bench', protoPath, url: `${host}:${port}` } };
}

/** One handler that does no I/O, and a client of it. */
export function calculatorModule({ imports }: Telemetry, address: Address): Type {
  @Controller()
  class CalculatorController {
    @MessagePattern(PATTERN)
    sum({ numbers }: Numbers): Total {
      return { total: numbers.reduce((sum, number) => sum + number, 0) };
    }

    @GrpcMethod('Calculator', 'Sum')
    sumOverGrpc(request: Numbers): Total {
      return this.sum(request);
    }
  }

  @Module({
    imports: [...imports, ClientsModule.register([{ name: CLIENT, ...address }])],
    controllers: [CalculatorController],
  })
  class CalculatorModule {}
  return CalculatorModule;
}

/** Sends one message and waits for its answer. */
export type Send = () => Promise<Total>;

/** The client of an application as a function. */
export function senderOf(
  transport: MessageTransport,
  get: (token: symbol) => ClientProxy & ClientGrpc,
): Send {
  const client = get(CLIENT);
  if (transport === 'tcp') return () => firstValueFrom(client.send<Total>(PATTERN, { numbers: NUMBERS }));
  const calculator = client.getService<Calculator>('Calculator');
  return () => firstValueFrom(calculator.sum({ numbers: NUMBERS }));
}
