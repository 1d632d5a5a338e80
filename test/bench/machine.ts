import { readFileSync } from 'node:fs';
import { arch, cpus, totalmem, type } from 'node:os';

/** The distribution's name where there is one, else the kernel's; never the host's. */
function operatingSystem(): string {
  try {
    const [, name] = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
    return name ?? type();
  } catch {
    return type();
  }
}

/** The machine in one line. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${model} (${arch()}), ${memory} GiB, ${operatingSystem()}, Node ${process.versions.node}`;
}
