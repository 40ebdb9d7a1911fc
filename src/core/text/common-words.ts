// Function words, and verbs so common in news that they tell nothing of a statement.
const WORDS =
  'a an the and or but of in on at to for from with without by about as into over under than that this these those it its they their he she his her ' +
  'is are was were be been being has have had do does did will would can could may might must should not no nor so if then there here what which who ' +
  'whom whose when where why how all any both each few more most other some such only own same too very just also up down out off again once says said ' +
  'der die das und oder ist sind war ein eine einen dem den des mit von zu auf im in für nicht le la les un une des et ou est sont du de en pour dans que ' +
  'el los las una y o es son del por para con que';

/** Words that carry no content of their own; statement-only claims are matched without them. */
export const COMMON_WORDS: ReadonlySet<string> = new Set(WORDS.split(' '));
