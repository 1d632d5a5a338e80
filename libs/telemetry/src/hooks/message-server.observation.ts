import { ROOT_CONTEXT, SpanKind, type Attributes, type Span } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { arrivalOf } from '../propagation/extract.js';
import { linked, type Arrival } from '../propagation/inbound.policy.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import {
  CODE_FUNCTION_NAME,
  NESTJS_CALLBACK,
  NESTJS_CONTROLLER,
  NESTJS_PATTERN,
  NESTJS_TRANSPORT,
} from '../semconv.js';
import type { MessageInfo } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import {
  messagingSpan,
  messagingTransport,
  type MessageDestination,
  type MessagingSpan,
} from '../tracing/conventions/messaging.conventions.js';
import { isCallersFault, NEST_RPC, rpcErrorType, rpcSpan } from '../tracing/conventions/rpc.conventions.js';
import { followMessage } from './rpc.failures.js';
import type { NestServer } from './transports/nest.peers.js';
import type { Delivery, Transport } from './transports/transport.js';
import { observeWork, type Work } from './work.observation.js';

/** What all messages of one handler have in common, worked out once. */
export class MessageHandling {
  readonly #server: NestServer;
  readonly #transport: Transport;
  readonly #message: MessageInfo;
  readonly #options: ResolvedOptions;
  #description: MessagingSpan | undefined;

  constructor(server: NestServer, transport: Transport, message: MessageInfo, options: ResolvedOptions) {
    this.#server = server;
    this.#transport = transport;
    this.#message = message;
    this.#options = options;
  }

  /** Handles one message in a span: SERVER for a request, CONSUMER for an event. */
  run(context: unknown, handle: () => unknown): unknown {
    if (typeof context !== 'object' || context === null) return handle();
    let span: Span | undefined;
    let origin: unknown;
    followMessage(context, {
      handledBy(controller, method) {
        if (span?.isRecording() !== true) return;
        span.setAttributes({
          [NESTJS_CONTROLLER]: controller,
          [NESTJS_CALLBACK]: method,
          [CODE_FUNCTION_NAME]: `${controller}.${method}`,
        });
      },
      failed(error) {
        origin = error;
      },
    });
    const work = guarded(
      'Tracing of a message',
      () => this.#work(context, (error) => origin ?? error),
      undefined,
    );
    if (work === undefined) return handle();
    return observeWork(work, (own) => {
      span = own;
      return handle();
    });
  }

  #work(context: object, originOf: (error: unknown) => unknown): Work {
    const delivery = this.#transport.delivery(context);
    const { context: parent, links } = this.#arrival(delivery);
    const isEvent = this.#message.kind === 'event';
    const { name, low, high } = this.#describe(delivery);
    return {
      name,
      kind: isEvent ? SpanKind.CONSUMER : SpanKind.SERVER,
      low,
      high: () => high,
      parent,
      links,
      duration: isEvent ? METRICS.messagingProcessDuration : METRICS.rpcServerCallDuration,
      verdict(error) {
        const origin = originOf(error);
        // Nobody waits for an event, so nobody else can be at fault.
        return { isError: isEvent || !isCallersFault(origin), type: rpcErrorType(origin), origin };
      },
    };
  }

  /** The same for all messages of a pattern, but where a pattern with wildcards stands for many destinations. */
  #describe({ destination: name }: Delivery): MessagingSpan {
    const { pattern } = this.#message;
    if (name !== undefined && name !== pattern) return this.#descriptionOf({ name, template: pattern });
    this.#description ??= this.#descriptionOf({});
    return this.#description;
  }

  #descriptionOf(matched: Pick<MessageDestination, 'name' | 'template'>): MessagingSpan {
    const { kind, pattern } = this.#message;
    const transport = this.#transport;
    const configured = transport.destination(this.#server, pattern);
    const destination = { system: transport.system, ...configured, ...matched };
    const nest: Attributes = { [NESTJS_TRANSPORT]: transport.name, [NESTJS_PATTERN]: pattern };
    if (kind === 'event') {
      const { name, low, high } = messagingSpan({ type: 'process', subject: pattern, destination });
      return { name, low, high: { ...high, ...nest } };
    }
    const { name, low } = rpcSpan({ system: NEST_RPC, method: pattern });
    return { name, low, high: transport.isBrokered ? { ...messagingTransport(destination), ...nest } : nest };
  }

  /** A message descends from who sent it and from nothing that happens to be active in the socket it comes from. */
  #arrival({ carrier }: Delivery): Arrival {
    const { propagation, traces } = this.#options;
    const arrival = arrivalOf(carrier, propagation.inboundMessages(this.#message), ROOT_CONTEXT);
    const startsAnew = this.#message.kind === 'event' && traces.messages.events(this.#message) === 'link';
    return startsAnew ? linked(arrival) : arrival;
  }
}
