// Values that follow from given ones.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <set>

#include "body/subject.hpp"

namespace knead {

namespace {

using Rule = SubjectRelation::Rule;
using Origin = SubjectEntry::Origin;

class Follower {
 public:
  explicit Follower(SubjectValues& subject) : subject_(subject) {}

  void follow() {
    std::vector<std::string> given;
    for (const auto& [key, entry] : subject_.entries)
      if (entry.origin == Origin::given) given.push_back(fmt::format("{} = {}", key, subject_text(key, entry)));
    if (given.empty()) return;
    subject_.notes.push_back(fmt::format("given for the subject \"{}\": {}", subject_.name, fmt::join(given, ", ")));
    for (const SubjectRelation& relation : subject_.relations.list)
      if (relation.group.empty() || relation.group == subject_.group) follow(relation);
  }

 private:
  void follow(const SubjectRelation& relation) {
    const auto followed = subject_.entries.find(relation.follows);
    if (followed == subject_.entries.end()) return;
    std::vector<double> ways;
    for (auto& [key, entry] : subject_.entries) {
      if (!relation.concerns(key) || !done_.insert({relation.follows, key}).second) continue;
      if (entry.origin == Origin::given) continue;
      const double before = entry.value;
      double value = changed(relation, followed->second, key, entry);
      if (value < std::min(relation.least, before)) {
        if (relation.rule == Rule::what_the_girth_leaves) refuse(relation, followed->second, key, value);
        value = std::min(relation.least, before);
      }
      if (std::abs(value - before) < 1e-9 * (std::abs(before) + 1e-3)) continue;
      entry.value = value;
      entry.origin = Origin::followed;
      ways.push_back(value - before);
      say_source(relation, key, entry, before);
    }
    if (!ways.empty()) note(relation, followed->second, ways);
  }

  double changed(const SubjectRelation& relation, const SubjectEntry& followed, const std::string& key,
                 const SubjectEntry& entry) const {
    const double way = followed.value - followed.original;
    switch (relation.rule) {
      case Rule::change:
        return entry.value + relation.change * way;
      case Rule::factor:
        return entry.value * std::pow(relation.change, way);
      case Rule::in_proportion:
        return entry.value * followed.value / followed.original;
      case Rule::what_the_girth_leaves:
        return left_by_girth(followed, key);
    }
    return entry.value;
  }

  // A closed curve that is moved outwards by d everywhere gets longer by 2 pi d (Steiner 1840). Of a changed size s the
  // whole shape is s times the old one; what the girth changes beyond that, all sides share.
  double left_by_girth(const SubjectEntry& girth, const std::string& key) const {
    const std::string site = key.substr(0, key.rfind('.'));
    const double size = ratio("size_scale");
    double before = 0, others = 0;  // all layers as in the file; those that are not muscle, now
    for (const char* layer : {"skin", "fat", "fascia", "muscle"}) {
      const auto it = subject_.entries.find(site + "." + layer);
      if (it == subject_.entries.end()) continue;
      before += it->second.original;
      if (it->first != key) others += it->second.value;
    }
    return size * before + (girth.value - size * girth.original) / (2 * std::numbers::pi) - others;
  }

  double ratio(const std::string& key) const {
    const auto it = subject_.entries.find(key);
    return it == subject_.entries.end() ? 1 : it->second.value / it->second.original;
  }

  // At the given value that comes closest: the girth, the fat of the site, whatever was given.
  [[noreturn]] void refuse(const SubjectRelation& relation, const SubjectEntry& girth, const std::string& key,
                           double value) const {
    const std::string fat = key.substr(0, key.rfind('.')) + ".fat";
    const SubjectEntry* blamed = girth.origin == Origin::given ? &girth : nullptr;
    if (const auto it = subject_.entries.find(fat); !blamed && it != subject_.entries.end())
      if (it->second.origin == Origin::given) blamed = &it->second;
    for (const auto& [name, entry] : subject_.entries)
      if (!blamed && entry.origin == Origin::given) blamed = &entry;
    throw Error(
        ExitCode::invalid_input, blamed ? blamed->where : Location{},
        fmt::format("{} of {} and {} of {} leave {:.3g} mm for {}, and it takes at least {:g} mm: give a larger "
                    "girth or less fat.",
                    relation.follows, subject_text(relation.follows, girth), fat,
                    subject_.has(fat) ? subject_text(fat, subject_.entries.at(fat)) : "none",
                    1e3 * std::max(0.0, value), key, 1e3 * relation.least));
  }

  // The value is as certain as the weaker of what it started from and the relation.
  void say_source(const SubjectRelation& relation, const std::string& key, SubjectEntry& entry, double before) const {
    const auto rank = [](const std::string& tag) {
      return std::find(std::begin(source_tags), std::end(source_tags), tag) - std::begin(source_tags);
    };
    const std::string computed = "computed";
    for (const std::string& tag : {relation.tag, computed})
      if (rank(tag) > rank(entry.tag)) entry.tag = tag;
    SubjectEntry old = entry;
    old.value = before;
    entry.source =
        fmt::format("{}; from {} by \"{}\": {}", entry.source, subject_text(key, old), relation.name, relation.source);
    entry.range.clear();
    for (const std::string& one : relation.citation)
      if (std::find(entry.citation.begin(), entry.citation.end(), one) == entry.citation.end())
        entry.citation.push_back(one);
  }

  void note(const SubjectRelation& relation, const SubjectEntry& followed, const std::vector<double>& ways) {
    const auto [least, most] = std::minmax_element(ways.begin(), ways.end());
    std::string way;
    if (relation.rule == Rule::factor)
      way = fmt::format("{} {:.4g}", relation.keys.front(), subject_.at(relation.keys.front()));
    else if (*most - *least < 5e-6)
      way = fmt::format("{:+.3g} mm", 1e3 * *most);
    else
      way = fmt::format("{:+.3g} to {:+.3g} mm", 1e3 * *least, 1e3 * *most);
    std::string outside;
    if (const auto& b = relation.between; b && (followed.value < b->first || followed.value > b->second))
      outside = fmt::format("; {} lies outside the measured {:g} to {:g}", subject_text(relation.follows, followed),
                            b->first, b->second);
    subject_.notes.push_back(fmt::format("{}: {} ({} value{}, {}: {}{})", relation.name, way, ways.size(),
                                         ways.size() == 1 ? "" : "s", relation.tag, relation.source, outside));
  }

  SubjectValues& subject_;
  std::set<std::pair<std::string, std::string>> done_;  // what is followed, and the key that does
};

}  // namespace

void follow_relations(SubjectValues& subject) { Follower(subject).follow(); }

}  // namespace knead
