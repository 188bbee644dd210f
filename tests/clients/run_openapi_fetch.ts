// openapi-fetch against a live server: list, page, one, filter, problem.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Claim = components["schemas"]["ClaimOut"];
type Problem = components["schemas"]["Problem"];

const WHO = "wendy-sherman";

async function main(baseUrl: string): Promise<void> {
  // Answers come in several formats; this client asks for JSON alone.
  const client = createClient<paths, "application/json">({ baseUrl });

  const { data: whole } = await client.GET("/claims", { params: { query: { limit: 200, count: true } } });
  assert(whole && whole.items.length > 7 && whole.total === whole.items.length);

  const paged: Claim[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: 7, ...(cursor ? { cursor } : {}) };
    const { data: page } = await client.GET("/claims", { params: { query } });
    assert(page);
    paged.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  assert.deepEqual(paged, whole.items);

  const first = whole.items[0];
  assert(first);
  const { data: one, response } = await client.GET("/claims/{id}", { params: { path: { id: first.id } } });
  assert.deepEqual(one, first);
  assert(response.headers.get("Parley-Revision"));

  const { data: filtered } = await client.GET("/claims", { params: { query: { claimant: [WHO] } } });
  assert(filtered?.items.length && filtered.items.every((claim) => claim.claimant.id === WHO));

  const missing = await client.GET("/claims/{id}", { params: { path: { id: "no-such-claim" } } });
  const problem = missing.error as Problem | undefined;
  assert(problem?.status === 404 && missing.response.status === 404);
  const wrong = await client.GET("/claims", { params: { query: { limit: 0 } } });
  assert.deepEqual((wrong.error as Problem | undefined)?.errors.map((fault) => fault.parameter), ["limit"]);
  console.log("list, page, one, filter, problem");
}

main(process.argv[2] ?? "").catch((failure: unknown) => {
  console.error(failure);
  process.exitCode = 1;
});
