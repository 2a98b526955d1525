import type { RoomSummary } from './types';

/** When something was last written in a room; without that, when it was made. */
export const lastAt = (room: RoomSummary): string => room.last_message?.created_at ?? room.created_at;
