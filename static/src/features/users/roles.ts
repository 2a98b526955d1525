import type { Role } from '@/api/types';

/** The roles an administrator gives; the platform's own is not among them. */
export const ROLES = ['admin', 'supervisor', 'attendant', 'seller'] as const satisfies readonly Role[];
