/**
 * What is stored, as SQL. Spans are narrow rows beside their bodies, so that lists and percentiles read little; strings
 * that repeat are ids of `word`; every attribute is one token of a full-text index without contents (`TokenIndex`,
 * which makes its own tables), so that a search for a value does not read the bodies of all spans.
 *
 * `series` are told apart by the copy of the service they are of (`instance`, the attributes that name it as JSON), too: counters
 * of two replicas in one line would go up and down.
 *
 * `span` is unique by kind, too: Zipkin's clients and servers share the id of a span. `doomed` are traces that are gone
 * but for spans still to be taken out. `arrival` tells with which rows a minute began, and `used` is the minute in which a
 * word or resource was last written with a row: what was used last before the oldest row came is used by none.
 */
export const SCHEMA = `
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, used INTEGER NOT NULL);
CREATE INDEX word_used ON word (used);
CREATE TABLE resource (id INTEGER PRIMARY KEY, service INTEGER NOT NULL, attributes TEXT NOT NULL UNIQUE, used INTEGER NOT NULL);
CREATE TABLE arrival (minute INTEGER PRIMARY KEY, span INTEGER NOT NULL, log INTEGER NOT NULL);

CREATE TABLE trace (
  tid INTEGER PRIMARY KEY,
  trace_id TEXT NOT NULL UNIQUE,
  name INTEGER NOT NULL, service INTEGER NOT NULL, route INTEGER, method INTEGER, http_status INTEGER,
  named_us REAL NOT NULL,
  start_us REAL NOT NULL, end_us REAL NOT NULL,
  spans INTEGER NOT NULL, errors INTEGER NOT NULL, logs INTEGER NOT NULL DEFAULT 0,
  root_arrived INTEGER NOT NULL
);
CREATE INDEX trace_errors ON trace (tid) WHERE errors > 0;
CREATE INDEX trace_duration ON trace (end_us - start_us);
CREATE TABLE doomed (tid INTEGER PRIMARY KEY);
CREATE TABLE trace_service (service INTEGER NOT NULL, tid INTEGER NOT NULL, PRIMARY KEY (service, tid)) WITHOUT ROWID;
CREATE INDEX trace_service_of ON trace_service (tid);

CREATE TABLE span (
  id INTEGER PRIMARY KEY,
  tid INTEGER NOT NULL,
  span_id TEXT NOT NULL, parent_id TEXT,
  service INTEGER NOT NULL, name INTEGER NOT NULL, kind INTEGER NOT NULL,
  route INTEGER, method INTEGER, http_status INTEGER,
  start_us REAL NOT NULL, duration_us REAL NOT NULL,
  status INTEGER NOT NULL
);
CREATE UNIQUE INDEX span_trace ON span (tid, span_id, kind);
CREATE INDEX span_entry ON span (start_us, service, route, method, duration_us, status, http_status) WHERE kind IN (2, 5);
CREATE TABLE body (
  id INTEGER PRIMARY KEY,
  resource INTEGER NOT NULL, scope INTEGER NOT NULL, flags INTEGER NOT NULL,
  trace_state TEXT, status_message TEXT,
  attributes TEXT NOT NULL, events TEXT, links TEXT, dropped TEXT
);
CREATE TABLE link (trace_id TEXT NOT NULL, span_id TEXT NOT NULL, from_span INTEGER NOT NULL,
  PRIMARY KEY (trace_id, span_id, from_span)) WITHOUT ROWID;
CREATE INDEX link_from ON link (from_span);

CREATE TABLE edge (
  source TEXT NOT NULL, source_kind TEXT NOT NULL, target TEXT NOT NULL, target_kind TEXT NOT NULL, minute INTEGER NOT NULL,
  calls INTEGER NOT NULL, errors INTEGER NOT NULL, buckets TEXT NOT NULL,
  PRIMARY KEY (source, source_kind, target, target_kind, minute)
) WITHOUT ROWID;
CREATE INDEX edge_minute ON edge (minute);

CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  time_us REAL NOT NULL, service INTEGER NOT NULL, severity INTEGER NOT NULL, severity_text TEXT NOT NULL,
  trace_id TEXT, span_id TEXT, event INTEGER NOT NULL, body TEXT NOT NULL, attributes TEXT NOT NULL
);
CREATE INDEX log_trace ON log (trace_id) WHERE trace_id IS NOT NULL;
CREATE INDEX log_severity ON log (severity, id);

CREATE TABLE metric (
  id INTEGER PRIMARY KEY,
  service INTEGER NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, description TEXT NOT NULL,
  type TEXT NOT NULL, monotonic INTEGER NOT NULL,
  UNIQUE (service, scope, name, type)
);
CREATE TABLE series (id INTEGER PRIMARY KEY, metric INTEGER NOT NULL, instance TEXT NOT NULL, attributes TEXT NOT NULL,
  UNIQUE (metric, instance, attributes));
CREATE TABLE point (
  id INTEGER PRIMARY KEY,
  series INTEGER NOT NULL, time_us REAL NOT NULL,
  value REAL, count REAL, sum REAL, bounds TEXT, counts TEXT, temporality INTEGER NOT NULL, exemplars TEXT
);
CREATE INDEX point_series ON point (series, time_us);

CREATE TABLE declared_route (
  service INTEGER NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL,
  controller TEXT, handler TEXT, guards TEXT NOT NULL, interceptors TEXT NOT NULL, pipes TEXT NOT NULL, filters TEXT NOT NULL,
  told INTEGER NOT NULL,
  PRIMARY KEY (service, method, route)
) WITHOUT ROWID;
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
`;

/** Raised with every change of {@link SCHEMA}: files of another version are not opened. */
export const SCHEMA_VERSION = 3;
