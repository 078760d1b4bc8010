import type { DragEvent, ReactNode } from 'react';
import { useState } from 'react';
import type { Chosen } from './collect-drop.ts';
import { droppedFiles } from './collect-drop.ts';

export interface DropZoneProps {
  /** What is said while something is dragged over it. */
  readonly label: string;
  readonly onDrop: (chosen: Chosen) => void;
  readonly children: ReactNode;
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Takes files and folders that are dragged in from the system. The same goes by buttons, for a keyboard. */
export function DropZone({ label, onDrop, children }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  const leave = (event: DragEvent<HTMLDivElement>) => {
    const inside = event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
    if (!inside) setOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(onDrop);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse alone; buttons do the same
    <div className="tc-drop" onDragEnter={over} onDragOver={over} onDragLeave={leave} onDrop={drop}>
      {children}
      {isOver ? <div className="tc-drop-veil">{label}</div> : null}
    </div>
  );
}
