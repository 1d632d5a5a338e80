import { Suspense, useEffect, useRef } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Help } from './help.tsx';
import { useShortcuts } from './shortcuts.ts';
import { PAGES, TracePage } from './pages.ts';
import { ThemeSwitch } from './theme.switch.tsx';
import { ViewedRunBar } from './viewed.run.bar.tsx';

/** The frame around every page. */
export function App() {
  const help = useRef<HTMLDialogElement>(null);
  const [path] = useLocation();
  useShortcuts(PAGES, () => help.current?.showModal());
  const current = PAGES.find((page) => page.path === (path.startsWith('/traces') ? '/traces' : path));
  useEffect(() => {
    document.title = `${current?.title ?? 'Trace'} · nest-telemetry`;
  }, [current]);
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="bar">
        <Link href="/" className="brand">
          nest-telemetry
        </Link>
        <nav aria-label="Pages">
          {PAGES.map((page) => (
            <Link
              key={page.path}
              href={page.path}
              aria-current={page === current ? 'page' : undefined}
              aria-keyshortcuts={`g ${page.key}`}
            >
              {page.title}
            </Link>
          ))}
        </nav>
        <ThemeSwitch />
        <button
          type="button"
          className="quiet"
          onClick={() => help.current?.showModal()}
          aria-label="Keyboard shortcuts"
        >
          ?
        </button>
      </header>
      <ViewedRunBar />
      <main id="main" tabIndex={-1}>
        <Suspense fallback={<p className="hint">Loading…</p>}>
          <Switch>
            {PAGES.map(({ path: each, component }) => (
              <Route key={each} path={each} component={component} />
            ))}
            <Route path="/traces/:traceId">
              <TracePage />
            </Route>
            <Route>
              <p className="hint">There is no such page.</p>
            </Route>
          </Switch>
        </Suspense>
      </main>
      <Help ref={help} />
    </div>
  );
}
