import type { Session } from 'node:inspector';

/** A class, as far as it matters where it is written. */
export type Class = abstract new (...args: never[]) => object;

const SLOT = Symbol.for('nest-telemetry.class-locations');

/**
 * Which classes come from an installed package. JavaScript does not tell where a class is written, but V8 knows, and its
 * inspector may be asked from inside: no port is opened, and nothing stays attached. It takes some tens of
 * milliseconds, so it is done once, at start, and only if somebody wants to know.
 *
 * Where there is no inspector, no class is taken for a package's.
 */
export function packageClasses(classes: Iterable<Class>): Set<Class> {
  const found = new Set<Class>();
  const inspector = process.getBuiltinModule('node:inspector');
  if (inspector === undefined) return found;
  const session = new inspector.Session();
  try {
    session.connect();
    const scripts = scriptsOf(session);
    for (const each of classes) {
      const url = scripts.get(scriptIdOf(session, each) ?? '');
      if (url !== undefined && isPackage(url)) found.add(each);
    }
  } catch {
    // Refused, as with `--permission`.
  } finally {
    session.disconnect();
  }
  return found;
}

/** Node's own modules count as well. */
function isPackage(url: string): boolean {
  return url.startsWith('node:') || /[/\\]node_modules[/\\]/.test(url);
}

/** Every script that is loaded. The answers come while the question is asked. */
function scriptsOf(session: Session): Map<string, string> {
  const scripts = new Map<string, string>();
  const note = ({ params }: { params: { scriptId: string; url: string } }): void => {
    scripts.set(params.scriptId, params.url);
  };
  session.on('Debugger.scriptParsed', note);
  session.post('Debugger.enable');
  session.post('Debugger.disable');
  session.off('Debugger.scriptParsed', note);
  return scripts;
}

function scriptIdOf(session: Session, subject: Class): string | undefined {
  const holder = globalThis as { [SLOT]?: Class };
  holder[SLOT] = subject;
  let id: string | undefined;
  try {
    const expression = `globalThis[Symbol.for(${JSON.stringify(SLOT.description)})]`;
    session.post('Runtime.evaluate', { expression }, (_error, evaluated) => {
      const { objectId } = evaluated.result;
      if (objectId === undefined) return;
      session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_failure, properties) => {
        const location = properties.internalProperties?.find(({ name }) => name === '[[FunctionLocation]]');
        id = (location?.value?.value as { scriptId?: string } | undefined)?.scriptId;
      });
      session.post('Runtime.releaseObject', { objectId });
    });
  } finally {
    delete holder[SLOT];
  }
  return id;
}
