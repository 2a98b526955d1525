/** Messages that the server refused: kept until they are sent again or given up. */
import { create } from 'zustand';

export interface FailedMessage {
  id: string;
  data: Record<string, unknown>;
  reason: string;
}

export const useFailed = create<Record<string, FailedMessage[]>>(() => ({}));

export function addFailed(roomId: string, message: FailedMessage): void {
  useFailed.setState((all) => ({ [roomId]: [...(all[roomId] ?? []), message] }));
}

export function dropFailed(roomId: string, id: string): void {
  useFailed.setState((all) => ({ [roomId]: (all[roomId] ?? []).filter((message) => message.id !== id) }));
}
