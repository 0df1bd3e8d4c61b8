//! The run over time, drawn.

use plotters::prelude::*;

use crate::progress::{Point, Series};
use crate::words::message;

/// Small, so that its letters can be read on a phone.
const SIZE: (u32, u32) = (460, 200);
const BLUE: RGBColor = RGBColor(31, 95, 153);
const ORANGE: RGBColor = RGBColor(179, 84, 16);
const GREY: RGBColor = RGBColor(110, 110, 110);

/// A drawing, and what it shows for those who do not see it.
pub(super) struct Plot {
    pub(super) title: String,
    pub(super) words: String,
    /// What its colours are.
    pub(super) key: Option<&'static str>,
    pub(super) svg: String,
}

type Failed = DrawingAreaErrorKind<std::io::Error>;

/// The drawings; none for a run in which nothing happened over time.
pub(super) fn plots(series: &Series, rate: Option<u32>) -> Vec<Plot> {
    let points = &series.points;
    if points.len() < 2 || points.iter().all(|point| point.requests == 0) {
        return Vec::new();
    }
    let requests = |point: &Point| per_second(point.requests, series);
    let rows = |point: &Point| per_second(point.settled, series);
    let most = points.iter().map(requests).fold(0.0, f64::max);
    let mut plots = vec![Plot {
        title: message!("plot-requests").told(),
        words: message!("plot-requests-words", most = most.round() as u64, mean = mean(series)).told(),
        key: Some(if rate.is_some() { "plot-requests-key-limit" } else { "plot-requests-key" }),
        svg: draw(
            series,
            rate.map(f64::from),
            &[(BLUE, &|p| Some(requests(p))), (ORANGE, &|p| Some(rows(p)))],
        ),
    }];
    let slowest = points.iter().filter_map(|point| point.latency_p95_ms).max();
    if let Some(slowest) = slowest {
        #[expect(clippy::cast_precision_loss, reason = "for drawing")]
        let number = |ms: Option<u64>| ms.map(|ms| ms as f64);
        plots.push(Plot {
            title: message!("plot-latency").told(),
            words: message!("plot-latency-words", slowest).told(),
            key: Some("plot-latency-key"),
            svg: draw(
                series,
                None,
                &[(BLUE, &|p| number(p.latency_p50_ms)), (ORANGE, &|p| number(p.latency_p95_ms))],
            ),
        });
    }
    let throttled: u64 = points.iter().map(|point| point.throttled).sum();
    if throttled > 0 {
        plots.push(Plot {
            title: message!("plot-throttled").told(),
            words: message!("plot-throttled-words", throttled).told(),
            key: None,
            svg: draw(series, None, &[(ORANGE, &|p| Some(per_second(p.throttled, series)))]),
        });
    }
    plots.retain(|plot| !plot.svg.is_empty());
    plots
}

#[expect(clippy::cast_precision_loss, reason = "for drawing")]
fn per_second(count: u64, series: &Series) -> f64 {
    count as f64 / series.seconds_per_point.max(0.001)
}

#[expect(clippy::cast_precision_loss, reason = "for drawing")]
fn mean(series: &Series) -> u64 {
    let requests: u64 = series.points.iter().map(|point| point.requests).sum();
    let seconds = series.seconds_per_point * series.points.len() as f64;
    (requests as f64 / seconds.max(0.001)).round() as u64
}

/// A line, and what it shows at a point.
type Drawn<'d> = (RGBColor, &'d dyn Fn(&Point) -> Option<f64>);

/// Empty if it cannot be drawn, which does not happen to numbers.
fn draw(series: &Series, limit: Option<f64>, lines: &[Drawn<'_>]) -> String {
    let mut svg = String::new();
    if try_draw(&mut svg, series, limit, lines).is_err() {
        return String::new();
    }
    // It scales with the page, and the figure around it tells what it shows.
    let start = format!("<svg width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1);
    svg.replacen(&start, "<svg aria-hidden=\"true\" focusable=\"false\" ", 1)
}

fn try_draw(
    svg: &mut String,
    series: &Series,
    limit: Option<f64>,
    lines: &[Drawn<'_>],
) -> Result<(), Box<Failed>> {
    #[expect(clippy::cast_precision_loss, reason = "for drawing")]
    let at = |index: usize| (index as f64 + 0.5) * series.seconds_per_point;
    #[expect(clippy::cast_precision_loss, reason = "for drawing")]
    let end = series.points.len() as f64 * series.seconds_per_point;
    let highest = lines
        .iter()
        .flat_map(|(_, value)| series.points.iter().filter_map(value))
        .chain(limit)
        .fold(1.0, f64::max);
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(6)
        .margin_right(14)
        .x_label_area_size(28)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..end, 0.0..highest * 1.08)
        .map_err(Box::new)?;
    let time = |seconds: &f64| time_label(*seconds, end);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .axis_style(BLACK.mix(0.35))
        .label_style(("sans-serif", 15))
        .x_labels(5)
        .y_labels(4)
        .x_label_formatter(&time)
        .y_label_formatter(&|value| number_label(*value))
        .draw()
        .map_err(Box::new)?;
    if let Some(limit) = limit {
        let line = DashedLineSeries::new([(0.0, limit), (end, limit)], 5, 4, GREY.stroke_width(1));
        chart.draw_series(line).map_err(Box::new)?;
    }
    for (place, (colour, value)) in lines.iter().enumerate() {
        let points: Vec<(f64, f64)> = series
            .points
            .iter()
            .enumerate()
            .filter_map(|(index, point)| Some((at(index), value(point)?)))
            .collect();
        if place == 0 && lines.len() == 1 {
            let area = AreaSeries::new(points.iter().copied(), 0.0, colour.mix(0.2));
            chart.draw_series(area).map_err(Box::new)?;
        }
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2))).map_err(Box::new)?;
    }
    area.present().map_err(Box::new)?;
    Ok(())
}

fn time_label(seconds: f64, end: f64) -> String {
    match end {
        end if end < 10.0 => format!("{seconds:.1} s"),
        end if end < 180.0 => format!("{seconds:.0} s"),
        end if end < 10_800.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

fn number_label(value: f64) -> String {
    match value {
        value if value >= 10_000.0 => format!("{:.0}k", value / 1000.0),
        value if value >= 10.0 || value == 0.0 => format!("{value:.0}"),
        value => format!("{value:.1}"),
    }
}
