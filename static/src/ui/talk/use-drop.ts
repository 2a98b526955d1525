import { type DragEvent, useState } from 'react';

/** Files that are dragged over something and let go there. */
export function useDrop(take: ((files: FileList) => void) | null) {
  const [isOver, setOver] = useState(false);
  const isWelcome = (event: DragEvent) => take !== null && event.dataTransfer.types.includes('Files');
  const handlers = {
    onDragOver(event: DragEvent) {
      if (!isWelcome(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave(event: DragEvent) {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop(event: DragEvent) {
      if (!isWelcome(event)) return;
      event.preventDefault();
      setOver(false);
      take?.(event.dataTransfer.files);
    },
  };
  return { isOver, handlers };
}
