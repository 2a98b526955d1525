/** What a language model is told of the company: the setting `ai`. */

export const DEFAULT_TOKENS = 2_000_000;
/** The setting as a whole is kept within the server's limit. */
const MOST_BYTES = 60_000;

export interface About {
  instructions: string;
  knowledge: string[];
  /** Empty: the server's own limit. */
  monthly_tokens: number | '';
}

export function aboutOf(value: unknown): About {
  const held = value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  const { instructions, knowledge, monthly_tokens } = held;
  return {
    instructions: typeof instructions === 'string' ? instructions : '',
    knowledge: Array.isArray(knowledge) ? knowledge.filter((piece) => typeof piece === 'string') : [],
    monthly_tokens: typeof monthly_tokens === 'number' ? monthly_tokens : '',
  };
}

export const settingOf = ({ instructions, knowledge, monthly_tokens }: About) => ({
  instructions: instructions.trim(),
  knowledge: knowledge.map((piece) => piece.trim()).filter(Boolean),
  ...(monthly_tokens !== '' && { monthly_tokens }),
});

export const isTooLong = (about: About): boolean =>
  new TextEncoder().encode(JSON.stringify(settingOf(about))).length > MOST_BYTES;
