import * as http from 'node:http';
import * as https from 'node:https';

/**
 * The sockets of all OTLP/HTTP exporters. Owning them is what lets a process end although a collector accepts a request
 * and never answers it: the exporters themselves only give up after their own time-out.
 */
export class Connections {
  readonly #agents: (http.Agent | https.Agent)[] = [];

  /** For `httpAgentOptions` of an exporter. */
  readonly agentFactory = (protocol: string): http.Agent | https.Agent => {
    const agent =
      protocol === 'https:' ? new https.Agent({ keepAlive: true }) : new http.Agent({ keepAlive: true });
    this.#agents.push(agent);
    return agent;
  };

  /** Closes every socket, also those with a request under way. */
  destroy(): void {
    for (const agent of this.#agents.splice(0)) agent.destroy();
  }
}
