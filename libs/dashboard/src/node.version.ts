/** The first release whose SQLite is no experiment. */
export const NEEDED_NODE = '24.15';

/** Whether a release is older than what is needed. */
export function isOldNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = NEEDED_NODE.split('.').map(Number);
  return major < neededMajor || (major === neededMajor && minor < neededMinor);
}
