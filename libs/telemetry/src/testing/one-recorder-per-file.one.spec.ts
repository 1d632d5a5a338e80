import { describe } from 'vitest';
import { describeFile } from './one-recorder-per-file.spec-helper.js';

describe('A recorder in one of two files at once (one)', () => {
  describeFile('one');
});
