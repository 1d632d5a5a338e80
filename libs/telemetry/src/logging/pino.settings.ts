/** Under which symbol a logger of pino keeps a setting, of itself or from those above it. */
export function settingSymbol(instance: object, name: string): symbol | undefined {
  // An application may have several copies of pino with a set of symbols each: they are told by their name.
  for (let owner: object | null = instance; owner !== null; owner = Object.getPrototypeOf(owner) as object) {
    const symbol = Object.getOwnPropertySymbols(owner).find(({ description }) => description === name);
    if (symbol !== undefined) return symbol;
  }
  return undefined;
}

/** A setting of a logger of pino. */
export function settingOf(instance: object, name: string): unknown {
  const symbol = settingSymbol(instance, name);
  return symbol === undefined ? undefined : (instance as Readonly<Record<symbol, unknown>>)[symbol];
}
