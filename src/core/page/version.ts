/**
 * Grows with every change to what `extractPage` gives for the same bytes: two texts are compared only when one version read
 * both. It stands alone so that a process that only needs the number does not load the readers.
 */
export const extractorVersion = '2';
