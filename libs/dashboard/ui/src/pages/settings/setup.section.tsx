import type { Settings } from '../../../../src/api/api.types.ts';
import { Snippet } from '../../parts/snippet.tsx';
import { setupSnippets } from './setup.snippets.ts';

/** How to point an application or a Collector at this dashboard. */
export function SetupSection({ ingest }: { readonly ingest: Settings['ingest'] }) {
  const snippets = setupSnippets(ingest);
  return (
    <section className="panel" aria-labelledby="setup-title">
      <h2 id="setup-title">Send telemetry here</h2>
      <p>
        OTLP over HTTP: {ingest.http === null ? 'off' : <code>{ingest.http}</code>}
        <br />
        OTLP over gRPC: {ingest.grpc === null ? 'off' : <code>{ingest.grpc}</code>}
      </p>
      {snippets.map(({ label, text }) => (
        <Snippet key={label} label={label} text={text} />
      ))}
      <p className="hint">
        In production the same variables point at your Collector; nothing in the application changes.
      </p>
    </section>
  );
}
