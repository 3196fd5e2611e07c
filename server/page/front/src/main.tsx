import "./page.css";
import "./why.css";
import { render } from "preact";
import { App } from "./app";
import { takeToken } from "./token";

// Whoever opens the printed address in this tab changes no more than what is behind "#", for which no browser loads anew.
addEventListener("hashchange", () => location.reload());

const place = document.getElementById("page");
if (place) render(<App token={takeToken()} />, place);
