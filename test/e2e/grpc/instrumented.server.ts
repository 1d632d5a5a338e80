import { Server } from '@grpc/grpc-js';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';

type Handler = (
  call: { metadata: unknown; on(event: string, end: () => void): void },
  answer: unknown,
) => unknown;
type Handlers = Map<string, { func: Handler }>;

type Register = Server['register'];

const register: Register = Reflect.get(Server.prototype, 'register');

/** Does to gRPC what instrumentation-grpc does: a server span around every handler. */
export function instrumented(): void {
  Server.prototype.register = function (this: Server, ...args: Parameters<Register>) {
    const result = register.apply(this, args as never);
    const entry = (this as unknown as { handlers: Handlers }).handlers.get(args[0]);
    if (entry !== undefined) entry.func = traced(entry.func);
    return result;
  } as Register;
}

export function restore(): void {
  Server.prototype.register = register;
}

function traced(handler: Handler): Handler {
  return function (this: unknown, call, answer) {
    const parent = propagation.extract(context.active(), {});
    const options = { kind: SpanKind.SERVER, attributes: { 'rpc.system': 'grpc' } };
    const span = trace.getTracer('instrumentation-grpc').startSpan('grpc.other', options, parent);
    call.on('cancelled', () => span.end());
    return context.with(trace.setSpan(parent, span), () => handler.call(this, call, answer));
  };
}
