import { ThemeSwitch } from '../../shell/theme.switch.tsx';

/** How the pages look; kept in this browser. */
export function AppearanceSection({ version }: { readonly version: string }) {
  return (
    <section className="panel" aria-labelledby="appearance-title">
      <h2 id="appearance-title">Appearance</h2>
      <div className="row">
        <ThemeSwitch />
        <span className="hint">Theme, kept in this browser.</span>
      </div>
      <p className="hint">
        Press <kbd>?</kbd> on any page for its keys. Dashboard {version}.
      </p>
    </section>
  );
}
