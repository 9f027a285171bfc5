/* For Jest only: the packages of JupyterLab are ES modules. */
module.exports = {
  presets: [
    ['@babel/preset-env', { targets: { node: 'current' } }],
    '@babel/preset-react',
    ['@babel/preset-typescript', { allowDeclareFields: true }]
  ]
};
