//! `areas.toml`.

use super::check_id;
use crate::content::fields::Fields;
use crate::content::limits;
use crate::content::model::Area;
use crate::content::report::Report;
use crate::content::syntax;

/// `None` when some area cannot be read: then it is not known which ones there are.
pub(super) fn read(report: &mut Report<'_>) -> Option<Vec<Area>> {
    let table = syntax::parse(&report.source.text, 0, report);
    let mut fields = Fields::open(&table, "areas.toml", &["areas"], 0, 0, report);
    let known = ["id", "title", "summary"];
    let mut areas: Vec<Area> = Vec::new();
    for area in fields.tables("areas", "an area", &known, &[], report)? {
        let id = area.text("id", limits::ID, report);
        let title = area.text("title", limits::TITLE, report);
        let summary = area.text("summary", limits::SUMMARY, report);
        let Some(id) = id else { continue };
        if let Err((what, remedy)) = check_id(&id.value) {
            report.hard(area.at("id"), what, remedy);
        } else if areas.iter().any(|earlier| earlier.id == id.value) {
            report.soft(area.at("id"), format!("the area `{}` is listed twice", id.value), "remove one of them");
        } else if let (Some(title), Some(summary)) = (title, summary) {
            areas.push(Area { id: id.value, title: title.value, summary: summary.value });
        }
    }
    (!report.is_unusable()).then_some(areas)
}
