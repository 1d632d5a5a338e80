import { serviceColor } from './service.color.ts';

/** A service with the dot of its colour. */
export function ServiceName({ name }: { readonly name: string }) {
  return (
    <span className="service">
      <span aria-hidden="true" className="dot" style={{ background: serviceColor(name) }} />
      {name}
    </span>
  );
}
