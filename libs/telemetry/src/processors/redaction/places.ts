/** Where something was found. A closed set, because it becomes a metric attribute. */
export type RedactionPlace =
  | 'span.name'
  | 'span.status'
  | 'span.attribute'
  | 'event.name'
  | 'event.attribute'
  | 'link.attribute'
  | 'resource'
  | 'metric'
  | 'log'
  | 'baggage';

/** Which limit cut something. */
export type RedactionLimit = 'length' | 'depth' | 'nodes' | 'bytes';
