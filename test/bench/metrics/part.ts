// One part of the measurements of metrics, in a process of its own: what one leaves behind does not slow the next.
import { measureBlocks } from './blocks.ts';
import { measureCardinality } from './cardinality.ts';
import { measureEncoding } from './encoding.ts';
import { measurePages } from './page.ts';
import { measureRecording } from './recording.ts';

const PARTS: Readonly<Record<string, (rounds: number) => unknown>> = {
  recording: measureRecording,
  pages: measurePages,
  blocks: measureBlocks,
  cardinality: measureCardinality,
  encoding: measureEncoding,
};

const [part = '', rounds] = process.argv.slice(2);
const measure = PARTS[part];
if (measure === undefined) throw new Error(`no part ${part}`);
process.send?.(await measure(Number(rounds)));
