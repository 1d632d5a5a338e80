import { ConsoleLogger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loggerWithLines } from './logger-with-lines.spec-helper.js';

const STACK = 'TypeError: x is not a function\n    at place (/app/orders.js:10:20)\n    at /app/main.js:1:2';
const boom = Object.assign(new Error('boom'), { stack: 'Error: boom\n    at fail (/app/fail.js:1:2)' });
const other = Object.assign(new Error('other'), { stack: 'Error: other\n    at fail (/app/other.js:1:2)' });
const caused = Object.assign(new Error('outer', { cause: boom }), {
  stack: 'Error: outer\n    at o (/o.js:1:1)',
});
class Order {
  id = 1;
}
class Described {
  toJSON(): string {
    return 'described';
  }
}

/** Call shapes: everything after the level. Each is tried with every level. */
const CALLS: readonly (readonly [name: string, args: unknown[]])[] = [
  ['a text', ['placed']],
  ['an empty text', ['']],
  ['nothing', []],
  ['undefined', [undefined]],
  ['null', [null]],
  ['a number', [42]],
  ['zero', [0]],
  ['a boolean', [false]],
  ['a BigInt', [10n]],
  ['a symbol', [Symbol('s')]],
  ['a date', [new Date(0)]],
  ['an object', [{ id: 1, nested: { ok: true } }]],
  ['an object without prototype', [Object.assign(Object.create(null) as object, { id: 1 })]],
  ['an empty object', [{}]],
  ['an array', [[1, 'two', { three: 3 }]]],
  ['a class instance', [new Order()]],
  ['an object with toJSON', [new Described()]],
  ['a class', [Order]],
  ['a lazy text', [() => 'lazy']],
  ['a lazy object', [() => ({ id: 1 })]],
  ['a lazy lazy text', [() => () => 'lazy']],
  ['a lazy class', [() => Order]],
  ['a lazy error', [() => boom]],
  [
    'a function expression',
    [
      function made() {
        return 'made';
      },
    ],
  ],
  ['a function that returns nothing', [() => undefined]],
  ['an error', [boom]],
  ['an error with a cause', [caused]],
  ['a text and a context', ['placed', 'Orders']],
  ['an empty text and a context', ['', 'Orders']],
  ['a text and an empty context', ['placed', '']],
  ['an object and a context', [{ id: 1 }, 'Orders']],
  ['an object, a text and a context', [{ id: 1 }, 'placed', 'Orders']],
  ['undefined and a context', [undefined, 'Orders']],
  ['null and a context', [null, 'Orders']],
  ['an array and a context', [[1, 2], 'Orders']],
  ['a function and a context', [() => 'lazy', 'Orders']],
  ['a class and a context', [Order, 'Orders']],
  ['an error and a context', [boom, 'Orders']],
  ['two texts and a context', ['placed', 'paid', 'Orders']],
  ['three texts and a context', ['placed', 'paid', 'sent', 'Orders']],
  ['a text and params', ['placed', { id: 1 }]],
  ['a text, params and a context', ['placed', { id: 1 }, 'Orders']],
  ['a text, two params and a context', ['placed', { id: 1, a: 1 }, { id: 2, b: 2 }, 'Orders']],
  ['params without prototype', ['placed', Object.assign(Object.create(null) as object, { id: 1 }), 'Orders']],
  ['empty params', ['placed', {}, 'Orders']],
  ['two objects', [{ id: 1 }, { id: 2 }]],
  ['a text and a number', ['placed', 42]],
  ['a text, a number and a context', ['placed', 42, 'Orders']],
  ['a text and an array', ['placed', [1, 2]]],
  ['a text and a class instance', ['placed', new Order()]],
  ['a text, a class instance and a context', ['placed', new Order(), 'Orders']],
  ['a text and null', ['placed', null]],
  ['a text, null and a context', ['placed', null, 'Orders']],
  ['a text and undefined', ['failed', undefined]],
  ['a text, undefined and a context', ['failed', undefined, 'Orders']],
  ['undefined twice and a context', [undefined, undefined, 'Orders']],
  ['a text and undefined twice', ['failed', undefined, undefined]],
  ['a text and an error', ['failed', boom]],
  ['a text, an error and a context', ['failed', boom, 'Orders']],
  ['a text, params, an error and a context', ['failed', { id: 1 }, boom, 'Orders']],
  ['a text, an error, params and a context', ['failed', boom, { id: 1 }, 'Orders']],
  ['a text and a stack', ['failed', STACK]],
  ['a text, a stack and a context', ['failed', STACK, 'Orders']],
  ['a text, undefined, a stack', ['failed', undefined, STACK]],
  ['a text, params and a stack', ['failed', { id: 1 }, STACK]],
  ['a text, params, a stack and a context', ['failed', { id: 1 }, STACK, 'Orders']],
  ['a text, a stack, params and a context', ['failed', STACK, { id: 1 }, 'Orders']],
  ['a text, a context and a stack', ['failed', 'Orders', STACK]],
  ['two texts, a stack and a context', ['failed', 'again', STACK, 'Orders']],
  ['an object and a stack', [{ id: 1 }, STACK]],
  ['an object, a stack and a context', [{ id: 1 }, STACK, 'Orders']],
  ['an error and a stack', [boom, boom.stack]],
  ['an error, its stack and a context', [boom, boom.stack, 'Orders']],
  ['a text, an error, its stack and a context', ['failed', boom, boom.stack, 'Orders']],
  ['a text that is taken for a stack', ['failed', 'while saving', 'Orders']],
  ['a text, an error, a text and a context', ['failed', boom, 'while saving', 'Orders']],
  ['only a stack', [STACK]],
  ['a stack twice', [STACK, STACK]],
  ['a text with a line feed', ['one\ntwo', 'Orders']],
  ['a number and an error', [42, boom]],
  ['a function and a function', [() => 'a', () => 'b', 'Orders']],
  ['a text, a lazy error and a context', ['failed', () => boom, 'Orders']],
  ['a text, a number, an object and a stack', ['failed', 42, { id: 1 }, STACK, 'Orders']],
];
const LEVELS = ['log', 'error', 'warn', 'debug', 'verbose', 'fatal'] as const;
type Line = Record<string, unknown> & { error?: Record<string, unknown> };

function nestLines(level: (typeof LEVELS)[number], args: unknown[]): Line[] {
  const written: string[] = [];
  const keep = (text: unknown) => written.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  (new ConsoleLogger({ json: true })[level] as (...given: unknown[]) => void)(...args);
  vi.restoreAllMocks();
  return written.map((text) => JSON.parse(text) as Line);
}

function ourLines(level: (typeof LEVELS)[number], args: unknown[]): Line[] {
  const { logger, objects } = loggerWithLines();
  logger[level](args[0], ...args.slice(1));
  return objects();
}

/** What both say, in one vocabulary: Nest keeps a stack text apart from an error, we make one error of both. */
function fromNest(line: Line) {
  const { context, message, params, stack, error } = line;
  const stacks = [error?.['stack'], stack].filter((text) => typeof text === 'string');
  return {
    message,
    context,
    params,
    stack: stacks.length === 0 ? undefined : [...new Set(stacks)].join('\n'),
    cause: (error?.['cause'] as Line | undefined)?.['message'],
  };
}

function fromOurs(line: Line) {
  const { context, message, attributes, error } = line;
  const cause = (error?.['cause'] as Line | undefined)?.['message'];
  // Nest leaves an empty context and an empty stack out.
  return {
    message,
    context: context === '' ? undefined : context,
    params: attributes,
    stack: error?.['stack'],
    cause,
  };
}

describe('the arguments of a call', () => {
  afterEach(() => vi.restoreAllMocks());

  for (const level of LEVELS) {
    it.each(CALLS)(`of ${level} mean what they mean to Nest: %s`, (_name, args) => {
      expect(ourLines(level, args).map(fromOurs)).toEqual(nestLines(level, args).map(fromNest));
    });
  }

  it('keep every error of a call as an error, where Nest prints the second as text', () => {
    const lines = ourLines('error', ['failed', boom, other]);
    expect(lines.map(({ message, error }) => [message, error?.['message']])).toEqual([
      ['failed', 'boom'],
      ['other', 'other'],
    ]);
  });

  it('evaluate a message function only if it is written', () => {
    const { logger, lines } = loggerWithLines({ level: 'warn' });
    const message = vi.fn<() => string>(() => 'expensive');
    logger.log(message);
    expect(message).not.toHaveBeenCalled();
    logger.warn(message);
    expect(lines).toHaveLength(1);
  });

  it('tell type and message of an error from its stack', () => {
    const [line] = ourLines('error', ['failed', STACK, 'Orders']);
    expect(line?.error).toEqual({ type: 'TypeError', message: 'x is not a function', stack: STACK });
  });
});
