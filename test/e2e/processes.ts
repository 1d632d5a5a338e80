import { readdir, readFile } from 'node:fs/promises';

// Read from /proc, as it needs no tool to be installed; where there is none, nothing is known and nothing is found.
interface ProcessState {
  readonly state: string;
  readonly parent: number;
}

async function stateOf(id: number): Promise<ProcessState | undefined> {
  try {
    const text = await readFile(`/proc/${id}/stat`, 'utf8');
    // The name, in parentheses, may itself hold spaces and parentheses.
    const [state = '', parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** Ids of the processes that a process started and that still run. */
export async function childrenOf(parent: number): Promise<number[]> {
  const entries = await readdir('/proc').catch((): string[] => []);
  const ids = entries.map(Number).filter(Number.isInteger);
  const states = await Promise.all(ids.map(stateOf));
  return ids.filter((_id, index) => states[index]?.parent === parent && states[index].state !== 'Z');
}

/** Whether a process runs; one that ended and was not collected by its parent does not. */
export async function isRunning(id: number): Promise<boolean> {
  const state = await stateOf(id);
  return state !== undefined && state.state !== 'Z';
}
