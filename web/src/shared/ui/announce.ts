/**
 * Says something to screen readers through the page's polite live region. Sentences that come close together are said
 * as one, so that a busy worklist does not talk without end.
 */
const GATHER_MS = 1500;
const MOST = 4;
let sentences: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

export function announce(sentence: string): void {
  sentences.push(sentence);
  timer ??= setTimeout(() => {
    const region = document.getElementById('announcements');
    if (region) {
      const more = sentences.length - MOST;
      region.textContent = sentences.slice(0, MOST).join(' ') + (more > 0 ? ` And ${more} more.` : '');
    }
    sentences = [];
    timer = undefined;
  }, GATHER_MS);
}
