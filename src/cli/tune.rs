//! `backroad eval QUERIES --tune`: looks for weights and a calibration that fit labelled queries better.

use std::io::Write;

use super::eval::query;
use crate::search::quality::{self, Figures, Labelled, Outcome};
use crate::search::{ANSWERS, Calibration, SIGNALS, Search, SearchError, Settings, Signals, Weights};

/// What a weight is multiplied by, in turn.
const FACTORS: [f32; 6] = [0.6, 0.8, 0.9, 1.1, 1.25, 1.6];

/// What a weight of zero is replaced by.
const FROM_ZERO: [f32; 3] = [0.1, 0.3, 1.0];

/// Each weight is tried so many times around.
const ROUNDS: usize = 3;

/// A gain must be at least this much to be believed.
const LEAST_GAIN: f64 = 0.000_5;

/// Steps of the logistic regression, their length, and how much large factors are held back.
const STEPS: usize = 6_000;
const STEP: f64 = 0.5;
const RIDGE: f64 = 0.002;

/// So many constants on each side, in steps of a twentieth, take part in the choice of one.
const NEIGHBOURS: usize = 8;

pub(super) fn run(
    search: &Search,
    mut settings: Settings,
    queries: &[Labelled],
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let (answerable, _): (Vec<Labelled>, Vec<Labelled>) =
        queries.iter().cloned().partition(|labelled| !labelled.relevant.is_empty());
    let count = settings.weights.each().len();
    let mut best = goal(&figures(search, settings, &answerable)?);
    writeln!(out, "{} queries, {} with an answer; goal {best:.4}", queries.len(), answerable.len())?;
    for _ in 0..ROUNDS {
        let before = best;
        for place in 0..count {
            for value in values(settings.weights, place) {
                let mut tried = settings;
                let mut name = "";
                if let Some((of, weight)) = tried.weights.each().into_iter().nth(place) {
                    name = of;
                    *weight = value;
                }
                let reached = goal(&figures(search, tried, &answerable)?);
                // A weight that changes nothing may as well be none.
                if reached >= best + LEAST_GAIN || (value == 0.0 && reached >= best) {
                    (best, settings) = (reached, tried);
                    writeln!(out, "{name:<22} {value:>7.3}   goal {best:.4}")?;
                    out.flush()?;
                }
            }
        }
        if best < before + LEAST_GAIN {
            break;
        }
    }
    settings.calibration = calibrate(search, settings, queries)?;
    writeln!(out, "\nweights")?;
    for (name, weight) in settings.weights.each() {
        writeln!(out, "    {name}: {weight:.3},")?;
    }
    writeln!(out, "calibration\n    constant: {:.3},", settings.calibration.constant)?;
    for (name, factor) in Signals::NAMES.iter().zip(settings.calibration.factors) {
        writeln!(out, "    {factor:.3}, // {name}")?;
    }
    let Figures { right, first, third, abstention, .. } = figures(search, settings, queries)?;
    writeln!(out, "right {right:.3}, first {first:.3}, first3 {third:.3}, F1 {:.3}", abstention.f1)?;
    Ok(())
}

fn values(mut weights: Weights, place: usize) -> Vec<f32> {
    match weights.each().get(place) {
        Some((_, 0.0)) => FROM_ZERO.to_vec(),
        Some((_, weight)) => [0.0].into_iter().chain(FACTORS.map(|factor| factor * **weight)).collect(),
        None => Vec::new(),
    }
}

/// What weights are chosen by: mostly that the first hit is relevant, then the places of the others.
fn goal(figures: &Figures) -> f64 {
    0.5 * figures.first + 0.2 * figures.third + 0.3 * figures.ndcg
}

fn figures(search: &Search, settings: Settings, queries: &[Labelled]) -> Result<Figures, SearchError> {
    let search = search.with(settings);
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(queries.len());
    for labelled in queries {
        outcomes.push(quality::outcome(labelled, &search.query(&query(labelled))?));
    }
    Ok(quality::figures(queries.iter().zip(&outcomes)))
}

/// One query with the signals of its first hit.
struct Case {
    signals: Signals,
    /// It must be declined.
    is_off: bool,
    /// Its first hit is relevant.
    is_right: bool,
}

/// Logistic regression by gradient descent over standardised signals; then the constant with the best sum of right@1 and the
/// F1 of abstention.
fn calibrate(search: &Search, settings: Settings, queries: &[Labelled]) -> Result<Calibration, SearchError> {
    let search = search.with(settings);
    let mut rows: Vec<([f64; SIGNALS], f64)> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    for labelled in queries {
        let Some(signals) = search.signals(&query(labelled))? else { continue };
        let outcome = quality::outcome(labelled, &search.query(&query(labelled))?);
        let is_right = outcome.found.first().is_some_and(Option::is_some);
        cases.push(Case { signals, is_off: labelled.relevant.is_empty(), is_right });
        rows.push((signals.0.map(f64::from), if labelled.relevant.is_empty() { 0.0 } else { 1.0 }));
    }
    let count = rows.len().max(1) as f64;
    let mut mean = [0.0; SIGNALS];
    let mut deviation = [0.0; SIGNALS];
    for (row, _) in &rows {
        mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / count);
    }
    for (row, _) in &rows {
        let spread = deviation.iter_mut().zip(row.iter().zip(&mean));
        spread.for_each(|(deviation, (value, mean))| *deviation += (value - mean).powi(2) / count);
    }
    for (row, _) in &mut rows {
        for (value, (mean, deviation)) in row.iter_mut().zip(mean.iter().zip(&deviation)) {
            *value = (*value - mean) / deviation.sqrt().max(1e-6);
        }
    }
    let mut factors = [0.0; SIGNALS];
    let mut constant = 0.0;
    for _ in 0..STEPS {
        let mut slope = factors.map(|factor| factor * RIDGE);
        let mut slope_of_constant = 0.0;
        for (row, label) in &rows {
            let sum: f64 = constant + factors.iter().zip(row).map(|(factor, value)| factor * value).sum::<f64>();
            let error = (1.0 / (1.0 + (-sum).exp()) - label) / count;
            slope.iter_mut().zip(row).for_each(|(slope, value)| *slope += error * value);
            slope_of_constant += error;
        }
        factors.iter_mut().zip(slope).for_each(|(factor, slope)| *factor -= STEP * slope);
        constant -= STEP * slope_of_constant;
    }
    for (factor, (mean, deviation)) in factors.iter_mut().zip(mean.iter().zip(&deviation)) {
        *factor /= deviation.sqrt().max(1e-6);
        constant -= *factor * mean;
    }
    let mut fitted = Calibration { constant: constant as f32, factors: factors.map(|factor| factor as f32) };
    let constants: Vec<f32> = (-80i8..=80).map(|step| fitted.constant + f32::from(step) / 20.0).collect();
    let mut reached: Vec<f64> = Vec::new();
    for constant in &constants {
        fitted.constant = *constant;
        reached.push(reach(&fitted, &cases));
    }
    // The best one alone is luck, so its neighbours count as much.
    let around = |place: usize| {
        let near = reached.iter().skip(place.saturating_sub(NEIGHBOURS)).take(2 * NEIGHBOURS + 1);
        near.clone().sum::<f64>() / near.count() as f64
    };
    let best = (NEIGHBOURS..reached.len() - NEIGHBOURS).max_by(|a, b| around(*a).total_cmp(&around(*b)));
    if let Some(constant) = best.and_then(|place| constants.get(place)) {
        fitted.constant = *constant;
    }
    Ok(fitted)
}

/// The sum of right@1 and of the F1 of abstention.
fn reach(calibration: &Calibration, cases: &[Case]) -> f64 {
    let count = |holds: &dyn Fn(&Case) -> bool| cases.iter().filter(|case| holds(case)).count() as f64;
    let answered = |case: &Case| calibration.confidence(&case.signals) >= ANSWERS;
    let off = count(&|case| case.is_off);
    let declined = count(&|case| !answered(case));
    let rightly = count(&|case| case.is_off && !answered(case));
    let right = count(&|case| !case.is_off && case.is_right && answered(case));
    right / (cases.len() as f64 - off).max(1.0) + 2.0 * rightly / (declined + off).max(1.0)
}
