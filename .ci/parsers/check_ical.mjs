// Parse the iCalendar files that are named on the command line with ical.js, and print what they
// hold, a line of JSON for each: the properties of the calendar, the names of its components, and its
// events. Exit code 1 with the reason on stderr if anything in them is not iCalendar. Needs `npm ci`
// in this folder, or in the one that PARSERS_DIR names.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env.PARSERS_DIR ?? fileURLToPath(new URL(".", import.meta.url));
const ICAL = createRequire(join(resolve(folder), "package.json"))("ical.js");
ICAL.design.strict = true;

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

// ical.js is lenient in three ways that a calendar must not rely on: it takes any name, a value of
// another type than it should have, and a time that runs over.
function check(component) {
  for (const property of component.getAllProperties()) {
    if (!/^[a-z0-9-]+$/.test(property.name)) fail(`${property.name} is no name of a property`);
    const known = ICAL.design.icalendar.property[property.name];
    if (known && ![known.defaultType, ...(known.allowedTypes ?? [])].includes(property.type)) {
      fail(`${property.name} must not be of type ${property.type}`);
    }
    const [, , , ...written] = property.jCal;
    property.getValues().forEach((value, index) => {
      if (value instanceof ICAL.Time && value.toString() !== written[index]) {
        fail(`${property.name} is no time: ${written[index]}`);
      }
    });
  }
  component.getAllSubcomponents().forEach(check);
}

const values = (component) =>
  Object.fromEntries(
    component.getAllProperties().map((property) => [property.name, String(property.getFirstValue())]),
  );
const event = (component) => {
  const read = new ICAL.Event(component, { strictExceptions: true });
  return {
    ...values(component),
    uid: read.uid,
    sequence: read.sequence,
    summary: read.summary,
    description: read.description,
    location: read.location,
    start: read.startDate.toString(),
    end: component.hasProperty("dtend") ? read.endDate.toString() : null,
    zone: read.startDate.zone.tzid,
  };
};

const holdings = (file) => {
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  const parsed = ICAL.parse(text);
  if (typeof parsed[0] !== "string") fail("more than one calendar");
  const calendar = new ICAL.Component(parsed);
  if (calendar.name !== "vcalendar") fail("not a calendar");
  check(calendar);
  return {
    calendar: values(calendar),
    components: calendar.getAllSubcomponents().map((component) => component.name),
    events: calendar.getAllSubcomponents("vevent").map(event),
  };
};

process.argv.slice(2).forEach((file) => console.log(JSON.stringify(holdings(file))));
