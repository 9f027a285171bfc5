// Modules stay apart, so that the report of licences names the packages that packages bring, too.
module.exports = { optimization: { concatenateModules: false } };
