// Reads calendars with ical.js. Each line of input is one calendar in base64; each line of output answers it in JSON.
// No time zone is registered here, so what is read depends on the VTIMEZONE of the calendar alone.
import { createInterface } from "node:readline";
import ICAL from "ical.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function moment(time) {
  return time.isDate ? time.toString() : time.toJSDate().toISOString();
}

function text(component, name) {
  const value = component.getFirstPropertyValue(name);
  return value === null ? "" : String(value);
}

function party(property) {
  return [property.getParameter("cn") ?? "", String(property.getFirstValue())];
}

function event(component) {
  const { startDate, endDate } = new ICAL.Event(component);
  return {
    uid: text(component, "uid"),
    sequence: component.getFirstPropertyValue("sequence"),
    starts: moment(startDate),
    ends: moment(endDate),
    summary: text(component, "summary"),
    description: text(component, "description"),
    location: text(component, "location"),
    url: text(component, "url"),
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    status: text(component, "status"),
    organizers: component.getAllProperties("organizer").map(party),
    attendees: component.getAllProperties("attendee").map(party),
    names: component.getAllProperties().map((property) => property.name.toUpperCase()),
  };
}

function calendar(bytes) {
  const root = new ICAL.Component(ICAL.parse(utf8.decode(bytes)));
  return {
    components: root.getAllSubcomponents().map((component) => component.name.toUpperCase()),
    method: text(root, "method"),
    names: root.getAllProperties().map((property) => property.name.toUpperCase()),
    events: root.getAllSubcomponents("vevent").map(event),
  };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let answer;
  try {
    answer = calendar(Buffer.from(line, "base64"));
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
