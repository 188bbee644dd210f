// openapi-generator's typescript-fetch client against a live server: list, page, one, filter, problem.
import assert from "node:assert/strict";
import { type ClaimOut, ClaimsApi, Configuration, ProblemFromJSON, ResponseError } from "./client";

const WHO = "wendy-sherman";

async function main(basePath: string): Promise<void> {
  const claims = new ClaimsApi(new Configuration({ basePath }));

  const whole = await claims.listClaims({ limit: 200, count: true });
  assert(whole.items.length > 7 && whole.total === whole.items.length);

  const paged: ClaimOut[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await claims.listClaims({ limit: 7, ...(cursor ? { cursor } : {}) });
    paged.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  assert.deepEqual(paged, whole.items);

  const first = whole.items[0];
  assert(first);
  assert.deepEqual(await claims.getClaim({ id: first.id }), first);

  const filtered = await claims.listClaims({ claimant: [WHO] });
  assert(filtered.items.length && filtered.items.every((claim) => claim.claimant.id === WHO));

  await assert.rejects(claims.getClaim({ id: "no-such-claim" }), ResponseError);
  const refusal: unknown = await claims.listClaims({ limit: 0 }).catch((failure: unknown) => failure);
  assert(refusal instanceof ResponseError);
  const problem = ProblemFromJSON(await refusal.response.json());
  assert(problem.status === 422 && problem.errors[0]?.parameter === "limit");
  console.log("list, page, one, filter, problem");
}

main(process.argv[2] ?? "").catch((failure: unknown) => {
  console.error(failure);
  process.exitCode = 1;
});
