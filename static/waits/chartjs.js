/* What the scripts of the charts use of Chart.js without an import: all kinds of charts registered, and the drawing of points.

   Chart is also put on the window: a chart that is on the page can be looked into from the console and by the tests. */
import Chart from "chart.js/auto";
import { drawPoint } from "chart.js/helpers";

window.Chart = Chart;
export { Chart, drawPoint };
