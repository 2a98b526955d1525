/** Saves a draft while it is drawn: a little after the last change, one request at a time, and never an older one last. */

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed';

export const SAVE_AFTER_MS = 700;

export class DraftSaver<T> {
  private unsaved: { draft: T } | null = null;
  private running: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (draft: T) => Promise<unknown>,
    private readonly onState: (state: SaveState, error?: unknown) => void,
  ) {}

  change(draft: T): void {
    this.unsaved = { draft };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush().catch(() => undefined), SAVE_AFTER_MS);
    if (!this.running) this.onState('waiting');
  }

  /** Whether there is nothing that the server does not have. */
  get isSaved(): boolean {
    return !this.unsaved && !this.running;
  }

  /** Gives up what is not saved: something else has taken its place. */
  forget(): void {
    clearTimeout(this.timer);
    this.unsaved = null;
    if (!this.running) this.onState('saved');
  }

  /** Resolves when everything is saved; rejects with what went wrong, and keeps what was not saved for the next try. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    while (this.unsaved) {
      const sending = this.unsaved;
      this.onState('saving');
      try {
        await this.send(sending.draft);
      } catch (error) {
        this.onState('failed', error);
        throw error;
      }
      if (this.unsaved === sending) this.unsaved = null;
    }
    this.onState('saved');
  }
}
