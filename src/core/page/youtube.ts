const HOST = /(?:^|\.)(?:youtube\.com|youtu\.be)$/;

/** Whether an address is of YouTube, whose pages say what they hold in scripts and go to a moment by a parameter of their own. */
export function isYoutube(url: URL | null): boolean {
  return url !== null && HOST.test(url.hostname);
}
