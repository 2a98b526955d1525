/** The longest name of a queue. */
export const MOST_CHARACTERS = 100;
