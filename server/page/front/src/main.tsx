import "./page.css";
import "./why.css";
import { render } from "preact";
import { App } from "./app";
import { takeToken } from "./token";

const place = document.getElementById("page");
if (place) render(<App token={takeToken()} />, place);
