import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';

export type { Attachment } from '@/api/types';

type Schemas = components['schemas'];
export type Room = Whole<Schemas['Room']>;
export type RoomSummary = Whole<Schemas['RoomSummary']>;
export type Message = Whole<Schemas['RoomMessage']>;
export type Participant = Whole<Schemas['RoomParticipant']>;
export type Notice = Whole<Schemas['RoomNotice']>;
export type FoundMessage = Message & { room_name: string };

/** What is shown before the server has answered has an id that begins so. */
export const UNSAVED = 'unsaved:';
export const isUnsaved = (message: Message): boolean => message.id.startsWith(UNSAVED);
