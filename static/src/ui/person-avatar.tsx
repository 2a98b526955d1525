import { Avatar, Tooltip } from '@mantine/core';

/** Text colours for initials, with white AA on each: the same person has the same one everywhere. */
const COLORS = [
  '#0F766E',
  '#1D4ED8',
  '#7E22CE',
  '#BE185D',
  '#B45309',
  '#3F6212',
  '#0E7490',
  '#4338CA',
  '#9F1239',
  '#4D5B2A',
];

export function personColor(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) | 0;
  return COLORS[Math.abs(hash) % COLORS.length] ?? '#0F766E';
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '?';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

/** How colleagues call each other. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

interface Props {
  person: { id: string; full_name: string; avatar_url?: string | null };
  size?: number;
  /** What a pointer or a screen reader is told; the name alone without it. Empty: decoration. */
  label?: string;
}

export function PersonAvatar({ person, size = 24, label = person.full_name }: Props) {
  const avatar = (
    <Avatar
      src={person.avatar_url ?? null}
      alt=""
      size={size}
      radius={size}
      variant="filled"
      color={personColor(person.id)}
      role={label ? 'img' : undefined}
      aria-label={label || undefined}
      aria-hidden={label ? undefined : true}
      styles={{ placeholder: { fontSize: Math.round(size * 0.42), fontWeight: 600, color: '#fff' } }}
    >
      {initials(person.full_name)}
    </Avatar>
  );
  return label ? <Tooltip label={label}>{avatar}</Tooltip> : avatar;
}
