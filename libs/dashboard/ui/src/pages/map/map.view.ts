/** What part of the picture is in sight: the point at the upper left corner, and how much larger than drawn. */
export interface MapView {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const [SMALLEST, LARGEST] = [0.2, 3];

/** All of the picture in the middle, never larger than drawn. */
export function fitted(picture: Size, frame: Size): MapView {
  const zoom = bounded(Math.min(1.15, frame.width / picture.width, frame.height / picture.height));
  return {
    zoom,
    x: (picture.width - frame.width / zoom) / 2,
    y: (picture.height - frame.height / zoom) / 2,
  };
}

/** Larger or smaller around a point of the frame, which stays where it is. */
export function zoomed(
  view: MapView,
  factor: number,
  at: { readonly x: number; readonly y: number },
): MapView {
  const zoom = bounded(view.zoom * factor);
  return { zoom, x: view.x + at.x / view.zoom - at.x / zoom, y: view.y + at.y / view.zoom - at.y / zoom };
}

/** Moved by some distance on the screen. */
export function moved(view: MapView, dx: number, dy: number): MapView {
  return { ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom };
}

function bounded(zoom: number): number {
  return Math.min(LARGEST, Math.max(SMALLEST, zoom));
}
