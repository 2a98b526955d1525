import { piecesOf } from './rich-text';
import classes from './talk.module.css';

/** What was written, with its links, and with the names of those whom it mentions. */
export function RichText({ text, names = [] }: { text: string; names?: readonly string[] }) {
  return piecesOf(text, names).map((piece, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other name
    if (piece.kind === 'text') return <span key={index}>{piece.text}</span>;
    if (piece.kind === 'mention')
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <span key={index} className={classes.mention}>
          {piece.text}
        </span>
      );
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    );
  });
}
