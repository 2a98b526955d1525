/** A counter under its awning. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="14" fill="#0F766E" />
      <path
        d="M14 16h36l4 11a6 6 0 0 1-11 2 6.500 6.500 0 0 1-11 0 6.500 6.500 0 0 1-11 0 6 6 0 0 1-11-2z"
        fill="#fff"
      />
      <rect x="12" y="38" width="40" height="5" rx="2.500" fill="#FBBF24" />
      <path d="M16 45h32v5a2 2 0 0 1-2 2H18a2 2 0 0 1-2-2z" fill="#fff" fillOpacity=".82" />
    </svg>
  );
}
