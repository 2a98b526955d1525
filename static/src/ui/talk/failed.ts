/** Messages that the server refused: kept by the place they were for until they are sent again or given up. */
import { create } from 'zustand';

export interface FailedMessage {
  id: string;
  /** The command that was refused. */
  command: string;
  data: Record<string, unknown>;
  reason: string;
}

export const useFailed = create<Record<string, FailedMessage[]>>(() => ({}));

export function addFailed(place: string, message: FailedMessage): void {
  useFailed.setState((all) => ({ [place]: [...(all[place] ?? []), message] }));
}

export function dropFailed(place: string, id: string): void {
  useFailed.setState((all) => ({ [place]: (all[place] ?? []).filter((message) => message.id !== id) }));
}
