import { inject } from "vitest";
import { openDatabase, type Database } from "@/kernel";
import { cloneDatabase, dropDatabase, freshName } from "./template-database";

/** A migrated database of the test's own: nothing another test does can be seen in it. Close it when done. */
export async function createTestDatabase(): Promise<{ database: Database; url: string; close: () => Promise<void> }> {
  const templateUrl = inject("templateUrl");
  const name = freshName("test");
  const url = await cloneDatabase(templateUrl, name);
  const database = openDatabase(url, 8);
  return {
    database,
    url,
    close: async () => {
      await database.close();
      await dropDatabase(templateUrl, name);
    },
  };
}
