import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ServiceMap } from '../../../../src/api/api.types.ts';
import { layoutMap } from './map.layout.ts';
import { MapEdgeDrawing } from './map.edge.tsx';
import { MapNodeDrawing } from './map.node.tsx';
import { fitted, type MapView, moved, type Size, zoomed } from './map.view.ts';
import styles from './map.module.css';

const STEP = 1.25;
const PAN: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

/** The map as a picture: dragged, zoomed, and walked through with Tab. */
export function MapGraph({ map, seconds }: { readonly map: ServiceMap; readonly seconds: number | null }) {
  const [, navigate] = useLocation();
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const placed = useMemo(() => layoutMap(map), [map]);
  const [chosen, setChosen] = useState<MapView>();
  // Until somebody looks closer everything is in sight, also what has just come up.
  const view = chosen ?? fitted(placed, size);
  const nodes = new Map(map.nodes.map((node) => [node.id, node]));
  const zoomBy = (factor: number, at = { x: size.width / 2, y: size.height / 2 }): void =>
    setChosen((now) => zoomed(now ?? fitted(placed, size), factor, at));
  const latestZoom = useRef(zoomBy);
  useEffect(() => {
    latestZoom.current = zoomBy;
  });
  useEffect(() => {
    // By hand, because React listens to wheels without the right to keep the page from scrolling.
    const element = frame.current;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
      latestZoom.current(Math.exp(-event.deltaY / 400), { x: event.clientX - left, y: event.clientY - top });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, []);
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const { movementX, movementY } = event;
    setChosen((now) => moved(now ?? fitted(placed, size), movementX, movementY));
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const pan = PAN[event.key];
    if (pan !== undefined) setChosen(moved(view, ...pan));
    else if (event.key === '+' || event.key === '=') zoomBy(STEP);
    else if (event.key === '-') zoomBy(1 / STEP);
    else if (event.key === '0') setChosen(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      className={styles['frame']}
      role="group"
      aria-label="Map of services. Arrow keys move it, plus and minus zoom, 0 shows all; Tab goes from one to the next."
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    >
      <svg width={size.width} height={size.height} className={styles['picture']}>
        <defs>
          <Arrow id="arrow" className={styles['head']} />
          <Arrow id="arrow-failed" className={styles['headFailed']} />
        </defs>
        <g transform={`scale(${view.zoom}) translate(${-view.x} ${-view.y})`}>
          {placed.edges.map((edge) => {
            const [from, to] = [nodes.get(edge.edge.from), nodes.get(edge.edge.to)];
            if (from === undefined || to === undefined) return null;
            const key = `${from.id} ${to.id}`;
            return (
              <MapEdgeDrawing
                key={key}
                placed={edge}
                from={from}
                to={to}
                seconds={seconds}
                onOpen={navigate}
              />
            );
          })}
          {placed.nodes.map((node) => (
            <MapNodeDrawing key={node.node.id} placed={node} seconds={seconds} onOpen={navigate} />
          ))}
        </g>
      </svg>
      <div className={styles['zoom']}>
        <button type="button" aria-label="Zoom in" onClick={() => zoomBy(STEP)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / STEP)}>
          −
        </button>
        <button type="button" onClick={() => setChosen(undefined)}>
          Fit
        </button>
      </div>
    </div>
  );
}

/** Drags from anywhere but a link or a button. */
function onPointerDown(event: PointerEvent<HTMLDivElement>): void {
  if (event.button !== 0 || (event.target as Element).closest('a, button') !== null) return;
  event.currentTarget.setPointerCapture(event.pointerId);
}

function Arrow({ id, className }: { readonly id: string; readonly className: string | undefined }) {
  return (
    <marker
      id={id}
      markerUnits="userSpaceOnUse"
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerWidth="11"
      markerHeight="11"
      orient="auto"
    >
      <path d="M0,0.5 L8,4 L0,7.5 Z" className={className} />
    </marker>
  );
}

function useSize(element: React.RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 800, height: 500 });
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const observer = new ResizeObserver(() => {
      setSize({ width: target.clientWidth, height: target.clientHeight });
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
