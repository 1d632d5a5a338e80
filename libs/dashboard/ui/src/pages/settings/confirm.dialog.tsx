import { type ReactNode, useRef } from 'react';

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({
  label,
  title,
  confirm,
  onConfirm,
  children,
}: {
  readonly label: string;
  readonly title: string;
  /** What is on the button that does it. */
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const close = (): void => dialog.current?.close();
  return (
    <>
      <button type="button" className="error" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby="confirm-title">
        <h2 id="confirm-title" style={{ marginTop: 0 }}>
          {title}
        </h2>
        {children}
        <div className="row" style={{ justifyContent: 'flex-end', marginTop: '1rem' }}>
          {/* First, so that it has the focus: Enter alone deletes nothing. */}
          <button type="button" onClick={close}>
            Cancel
          </button>
          <button
            type="button"
            className="error"
            onClick={() => {
              close();
              onConfirm();
            }}
          >
            {confirm}
          </button>
        </div>
      </dialog>
    </>
  );
}
