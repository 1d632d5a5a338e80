import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';

/** Published by Node for every plain client socket, before it connects; TLS on top of one follows it. */
const SOCKET_CHANNEL = 'net.client.socket';

/** The exports under way. Not the OpenTelemetry context, which is gone when the last of them are cut off. */
const exporting = new AsyncLocalStorage<Connections>();

/**
 * The sockets of all exporters. Owning them is what lets a process end although a collector accepts a request and never
 * answers it: the exporters themselves give up after 10 seconds, or never.
 */
export class Connections {
  readonly #agents: (http.Agent | https.Agent)[] = [];
  readonly #sockets = new Set<Socket>();
  #destroyed = false;

  constructor() {
    watchSockets();
  }

  /** For `httpAgentOptions` of an exporter: sockets of TLS agents announce themselves nowhere. */
  readonly agentFactory = (protocol: string): http.Agent | https.Agent => {
    const agent =
      protocol === 'https:' ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
    this.#agents.push(agent);
    return quiet(agent);
  };

  /** Runs an export, so that sockets opened in it belong here, whatever the exporter is made of. */
  during<T>(run: () => T): T {
    return exporting.run(this, run);
  }

  /** Whether exports were cut off, which fail for no other reason from then on. */
  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** A socket that was opened {@link during} an export. */
  opened(socket: Socket): void {
    this.#sockets.add(socket);
    socket.unref();
    // HTTP/2 takes it for something to wait for as long as a request is under way.
    socket.ref = () => socket;
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#destroyed) socket.destroy(cutOff());
  }

  /** Closes every socket, also those with a request under way and those that are opened from now on. */
  destroy(): void {
    this.#destroyed = true;
    const ofAgents = this.#agents.flatMap(({ sockets, freeSockets }) =>
      [...Object.values(sockets), ...Object.values(freeSockets)].flatMap((each) => each ?? []),
    );
    for (const socket of [...this.#sockets, ...ofAgents]) socket.destroy(cutOff());
  }
}

/**
 * A program that has nothing left to do ends at once, and not when a collector answers or the exporter gives up after 10
 * seconds: at the end what waits is sent, and waited for, within a deadline.
 */
function quiet<T extends http.Agent>(agent: T): T {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...parameters) => {
    const socket = create(...parameters);
    (socket as Partial<Socket> | null | undefined)?.unref?.();
    return socket;
  };
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    // Node's own takes it for something to wait for.
    reuse(socket, request);
    (socket as Partial<Socket>).unref?.();
  };
  return agent;
}

let watching = false;

function watchSockets(): void {
  if (watching) return;
  watching = true;
  subscribe(SOCKET_CHANNEL, (message) =>
    exporting.getStore()?.opened((message as { socket: Socket }).socket),
  );
}

/** An error without a code: exporters take those of the network for temporary, and would try again. */
function cutOff(): Error {
  return new Error('Telemetry was shut down before the answer came.');
}
