/** What the server says of the floor. */
import type { components } from '@/api/schema';
import type { Whole } from '@/api/types';

type Schemas = components['schemas'];

export type Client = Whole<Schemas['Client']>;
export type ClientState = Schemas['ClientState'];
export type Seller = Whole<Schemas['Seller']>;
export type SellerStats = Whole<Schemas['SellerStats']>;
export type FloorStats = Whole<Schemas['FloorStats']>;
export type FloorRules = Whole<Schemas['FloorView']>;
export type DealMethod = Schemas['DealMethod'];
export type Preview = Whole<Schemas['Preview']>;
export type Outcome = Schemas['Outcome'];
export type Reason = Schemas['Reason'];
export type Choice = Schemas['Choice'];

export const STATES = [
  'available',
  'assigned',
  'contacted',
  'active',
  'inactive',
] as const satisfies readonly ClientState[];

export const OUTCOMES = [
  'reached',
  'no_answer',
  'call_back',
  'not_interested',
  'sold',
] as const satisfies readonly Outcome[];

export const METHODS = ['round_robin', 'weighted', 'region', 'tag'] as const satisfies readonly DealMethod[];

/** Whose column it is: a seller's, or of those who have none. */
export const NOBODY = 'nobody';
export type Place = string;

export const placeOf = (sellerId: string | null): Place => sellerId ?? NOBODY;
export const sellerAt = (place: Place): string | null => (place === NOBODY ? null : place);
