import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { StoryArchive } from '#src/core/story/archive.ts';
import { type StoryModel, storyModel } from '#src/core/story/topic.ts';
import { collectFits, type LabelledArticle, trainStoryModel } from '#test/eval/train-story-model.ts';

/** Parts into which the stories are cut; the weights that judge a part have not seen its stories. */
const foldCount = 5;

const goldSchema = z.object({
  stories: z.array(z.object({ id: z.string(), bodyIds: z.array(z.string()) })),
});
type Gold = z.output<typeof goldSchema>['stories'];
const scorerSchema = z.object({
  bCubedByBody: z.custom<(stories: Gold, storyOf: ReadonlyMap<string, string>) => unknown>(),
});
const judgedSchema = z.object({ story: z.string(), precision: z.number(), recall: z.number() });
const scoreSchema = z.object({ bodies: z.array(judgedSchema) });
type Judged = z.output<typeof judgedSchema>;

/**
 * Lets the articles of `eval/stories` below `sharedDir` arrive one by one and prints the scorer's figures: with the shipped weights, and
 * with weights fitted without the stories that they judge. Says so when the folder is absent.
 */
export async function evaluateStories(sharedDir: string): Promise<void> {
  const folder = join(sharedDir, 'eval', 'stories');
  if (!existsSync(folder)) {
    console.log(`stories: not measured, "${folder}" is absent`);
    return;
  }
  const scorer = scorerSchema.parse(await import(pathToFileURL(join(folder, 'score.mjs')).href));
  const { stories } = goldSchema.parse(JSON.parse(readFileSync(join(folder, 'train-clusters.json'), 'utf8')));
  const articles = await readArticles(join(sharedDir, 'eval', 'fnc1'), stories);
  const fits = collectFits(articles);
  console.log(`fitted on all stories: ${JSON.stringify(trainStoryModel(fits))}`);
  const judge = (model: StoryModel): readonly Judged[] =>
    scoreSchema.parse(scorer.bCubedByBody(stories, predict(articles, model))).bodies;
  print('stories, shipped weights', judge(storyModel));
  const held = Array.from({ length: foldCount }, (_, fold) => {
    const isHeld = (story: string): boolean => Number(story) % foldCount === fold;
    const model = trainStoryModel(fits.filter((fit) => !isHeld(fit.gold) && !isHeld(fit.candidate)));
    return judge(model).filter(({ story }) => isHeld(story));
  });
  print('stories, each fifth by weights that have not seen it', held.flat());
}

/** The story of each article, in the order of the file. */
function predict(articles: readonly LabelledArticle[], model: StoryModel): ReadonlyMap<string, string> {
  const archive = new StoryArchive(model);
  return new Map(
    articles.map(({ id, text }, at) => {
      const place = archive.add({
        id: at,
        appearedAt: 0,
        outlet: '',
        site: id,
        title: '',
        text,
        byline: null,
        linkedSites: new Set(),
      });
      return [id, String(place.story)];
    }),
  );
}

function print(name: string, judged: readonly Judged[]): void {
  const mean = (figure: (body: Judged) => number): number =>
    judged.reduce((sum, body) => sum + figure(body), 0) / judged.length;
  const precision = mean((body) => body.precision);
  const recall = mean((body) => body.recall);
  const f1 = (2 * precision * recall) / (precision + recall);
  console.log(`${name}: ${judged.length} articles
  B-cubed P ${precision.toFixed(3)} R ${recall.toFixed(3)} F1 ${f1.toFixed(3)}`);
}

async function readArticles(folder: string, gold: Gold): Promise<readonly LabelledArticle[]> {
  const storyOf = new Map(gold.flatMap(({ id, bodyIds }) => bodyIds.map((bodyId) => [bodyId, id] as const)));
  const { readBodies } = await import(pathToFileURL(join(folder, 'rows.mjs')).href);
  const bodies = z.array(z.object({ id: z.string(), text: z.string() })).parse(readBodies(join(folder, 'bodies.csv')));
  return bodies.flatMap(({ id, text }) => {
    const story = storyOf.get(id);
    return story === undefined ? [] : [{ id, gold: story, text }];
  });
}
