import { useSyncExternalStore } from 'react';

/** The colour a canvas can paint with, of one that is written in CSS: variables and `light-dark()` resolved. */
export function paintedColor(color: string, within: HTMLElement): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  within.append(probe);
  const painted = getComputedStyle(probe).color;
  probe.remove();
  return painted;
}

/** Changes with the theme, so that what was painted is painted anew. */
export function useTheme(): string {
  return useSyncExternalStore(subscribe, () => {
    const chosen = document.documentElement.dataset['theme'] ?? 'system';
    return chosen === 'system' ? (DARK.matches ? 'system dark' : 'system light') : chosen;
  });
}

const DARK = matchMedia('(prefers-color-scheme: dark)');

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  DARK.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    DARK.removeEventListener('change', onChange);
  };
}
